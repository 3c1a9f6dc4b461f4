export const treeTools = {
  title: "Tree",
};
