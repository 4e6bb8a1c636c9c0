import { type ReactNode, useEffect, useRef } from 'react';
import { useLanguage } from '../words/language.js';

interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A sheet over the wall. The browser's own dialog keeps the focus inside, and Escape closes it. */
export function Sheet({ title, onClose, children }: SheetProps) {
  const { words } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="sheet" aria-label={title} onClose={onClose}>
      <header>
        <h2>{title}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {words.list.close}
        </button>
      </header>
      {children}
    </dialog>
  );
}
