// The words of the History screen. Its parts have files of their own.
export const history = {
  views: "Part of the history",
  search: "Search",
  stream: "Stream",
  storage: "Storage",
};
