// What the scaffolder's routes take and answer (scaffolder-backend 4.2.0), and what Callboard adds to it.

import type { Entity } from './catalog';

export type Json = Record<string, unknown>;

/** One page of a template's form: a JSON schema with Backstage's `ui:` keys in it. */
export type FormStep = { title: string; description?: string; schema: Json };

export type ParameterSchema = {
  title: string;
  description?: string;
  presentation?: {
    buttonLabels?: { backButtonText?: string; createButtonText?: string; reviewButtonText?: string };
  };
  'ui:options'?: Json;
  steps: FormStep[];
  formDecorators?: { id: string; input?: Json }[];
};

export type TaskStatus = 'open' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'skipped';

export type StepStatus = 'open' | 'processing' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'skipped';

export type TaskStep = {
  id: string;
  name: string;
  action: string;
  if?: unknown;
  each?: unknown;
  input?: Json;
};

/** Somebody has to say yes before the task goes on. */
export type Waiting = { stepId: string; approvers: string[]; message?: string; mayDecide: boolean };

export type Task = {
  id: string;
  status: TaskStatus;
  createdAt: string;
  lastHeartbeatAt?: string;
  createdBy?: string;
  waitingFor?: Waiting;
  spec: {
    apiVersion?: string;
    steps: TaskStep[];
    parameters?: Json;
    output?: Json;
    user?: { ref?: string };
    templateInfo?: { entityRef: string; baseUrl?: string; entity?: { metadata?: Json } };
  };
};

export type OutputLink = { title?: string; icon?: string; url?: string; entityRef?: string };
export type OutputText = { title?: string; icon?: string; content?: string; default?: boolean };
export type TaskOutput = { links?: OutputLink[]; text?: OutputText[] } & Json;

export type TaskEvent = {
  id: number;
  taskId: string;
  type: 'log' | 'completion' | 'cancelled' | 'recovered';
  createdAt: string;
  isTaskRecoverable?: boolean;
  body: {
    message?: string;
    stepId?: string;
    status?: StepStatus;
    output?: TaskOutput;
    error?: { name?: string; message?: string };
    approval?: { approvers: string[]; message?: string };
    recoverStrategy?: string;
  };
};

export type Schema = Json & {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | Schema[];
  enum?: unknown[];
  default?: unknown;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
};

export type Action = {
  id: string;
  description?: string;
  examples?: { description: string; example: string }[];
  schema?: { input?: Schema; output?: Schema };
};

export type Extension = {
  description?: string;
  schema?: { input?: Schema; arguments?: Schema[]; output?: Schema };
  examples?: { description?: string; example: string; notes?: string }[];
};

export type Extensions = {
  filters: Record<string, Extension>;
  globals: {
    functions: Record<string, Extension>;
    values: Record<string, { description?: string; value: unknown }>;
  };
};

export type FileContent = { path: string; base64Content: string; executable?: boolean };

export type DryRunRequest = {
  template: Entity | Json;
  values: Json;
  secrets?: Record<string, string>;
  directoryContents: FileContent[];
};

export type DryRunResult = {
  log: { body: TaskEvent['body'] }[];
  directoryContents: FileContent[];
  output: TaskOutput;
  steps: TaskStep[];
};

/** What a refused form says about each value, as the server's schema validator words it. */
export type ValueError = {
  path: (string | number)[];
  property: string;
  message: string;
  name?: string;
  argument?: unknown;
  stack?: string;
};

export const ENDED: ReadonlySet<TaskStatus> = new Set(['completed', 'failed', 'cancelled', 'skipped']);
