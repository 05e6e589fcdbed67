/** Copies a text, and says whether that worked. */
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "./icon_button";

const MESSAGE_MS = 2000;

/** For hosts that do not grant the clipboard API: select the text and let the browser copy it. */
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;opacity:0";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [message, setMessage] = useState("");
  useEffect(() => {
    if (message === "") return;
    const timer = setTimeout(() => setMessage(""), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const onClick = async () => setMessage((await copy(text)) ? "Copied" : "Select and copy by hand");
  return (
    <span class="ne-copy">
      <span class="ne-muted" role="status">
        {message}
      </span>
      <IconButton icon="copy" label={`Copy ${what}`} onClick={() => void onClick()} />
    </span>
  );
}
