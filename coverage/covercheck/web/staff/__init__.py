"""Pages for billing staff: server-rendered, working without scripts, made from the same answers as the API."""
