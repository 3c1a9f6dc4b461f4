export const stream = {
  title: "All messages",
};
