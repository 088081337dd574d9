"""The page a patient may see by a short-lived link, in English and Spanish."""
