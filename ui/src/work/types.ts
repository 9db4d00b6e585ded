// What crosses the line between page and server; README.md says what each means.

export interface Screen {
  element: string;
  data: unknown;
  html: string;
  media: string[];
}

export interface Task {
  task: string;
  lease_until: string;
  practice?: boolean;
  screen: Screen;
  pay: { text: string | null };
}

export interface Today {
  accepted: string;
  waiting: string;
}

export interface Next {
  tasks: Task[];
  /** The instructions changed: the page that shows what is new comes before the next task. */
  news?: boolean;
  today?: Today;
  hour?: string | null;
}

export interface Taken {
  state: string;
  late?: boolean;
  today?: Today;
  tasks?: Task[];
  feedback?: { right: boolean; html: string };
}

export interface Given {
  answer_id: string;
  at: string;
  summary: string;
  state: string;
  text: string;
  open: boolean;
  task: Task;
}

export interface Problem {
  field: string;
  key: string;
  message: string;
}

export interface Refusal {
  status: number;
  key: string;
  title: string;
  problems: Problem[];
}

/** Field names and values of a half-done answer, in the order of the page. */
export type Fields = [string, string][];

export interface Draft {
  task: string;
  fields: Fields;
  seconds: number;
}

/** A request that waits to be sent. Its bytes are fixed when it is made, so that each try sends the same. */
export interface Errand {
  order: number;
  kind: "answer" | "correct" | "skip" | "report" | "take-back";
  method: string;
  url: string;
  body: string;
  task: string;
  tried: boolean;
}

export interface Start {
  texts: Record<string, string | [string, string]>;
  task: Omit<Task, "screen"> & { screen: Omit<Screen, "html"> };
  today?: Today;
  hour?: string | null;
}

/** An answer that is on its way and can be taken back for a while. */
export interface Sent {
  task: Task;
  fields: Fields;
  id: string;
  order: number;
  at: number;
}
