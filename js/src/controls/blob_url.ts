/** An image that arrived as bytes, as an address that the page can show. */
import { useEffect, useState } from "preact/hooks";
import { decodeImage } from "../decode";
import type { Buffer } from "../model";

/** A Blob URL for a PNG image, revoked when a newer image or nothing takes its place. */
export function useImageUrl(png: Buffer | null, version: number): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const bytes = decodeImage(png);
    if (!bytes) {
      setUrl(null);
      return;
    }
    const made = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
    // The same version is the same image, also where all plots have been sent again.
  }, [version, png === null]);
  return url;
}
