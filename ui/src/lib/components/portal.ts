import type { Attachment } from "svelte/attachments";

/**
 * Moves a floating element to the end of the body, out of every pane that clips or transforms. Inside a
 * dialog it moves to the end of that dialog's layer, so that it stays above the scrim and in the focus trap.
 */
export const portal: Attachment<HTMLElement> = (element) => {
  const layer = element.parentElement?.closest<HTMLElement>("[data-layer]") ?? document.body;
  layer.append(element);
  return () => element.remove();
};
