export const timeMachine = {
  title: "Time machine",
};
