/** What was just done or went wrong, told once in a line over the work area. */
export interface Notice {
  text: string;
  bad: boolean;
  /** Takes it back; the line then stays for 30 s. */
  undo?: () => Promise<void>;
  /** Something to go on with. */
  act?: { label: string; run: () => void };
}

class Notices {
  current = $state.raw<Notice | null>(null);

  tell(text: string, more: Partial<Omit<Notice, "text">> = {}): void {
    this.current = { bad: false, ...more, text };
  }

  clear(): void {
    this.current = null;
  }
}

export const notices = new Notices();
