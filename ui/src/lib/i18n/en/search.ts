export const search = {
  title: "History search",
};
