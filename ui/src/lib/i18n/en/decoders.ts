export const decoders = {
  title: "Decoders",
};
