"""The HTTP service: routes, problems, OpenAPI, pages. The only package that knows aiohttp."""
