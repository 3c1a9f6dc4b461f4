export const storage = {
  title: "Storage",
};
