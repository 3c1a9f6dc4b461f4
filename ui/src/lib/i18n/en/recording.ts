export const recording = {
  title: "Recordings",
};
