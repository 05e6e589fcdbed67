/** Files between the browser and Python: they go through the widget, not through a server. */

/** Offer texts or bytes as a download. */
export function download(name: string, type: string, ...parts: BlobPart[]): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  // Some browsers follow only links that are on the page.
  document.body.append(link);
  link.click();
  link.remove();
  // The download has to have begun before the URL goes.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Name for a file of a network: its label without what file systems refuse. */
export function fileName(label: string, ending: string): string {
  const plain = label
    .normalize("NFKD")
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${plain || "network"}-${ending}`;
}
