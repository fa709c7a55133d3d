// A browser lets no page that was opened as a file read its neighbours, so the search shows no excerpts then.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
