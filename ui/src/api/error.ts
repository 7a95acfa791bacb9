// The one error that a call to the server can fail with.

/** An answer that is not a success, or no answer at all (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  /** The server's name for it, such as `NotFoundError`. */
  readonly code: string;
  readonly requestId: string | undefined;
  /** The parsed body, for routes whose errors carry more than a message. */
  readonly body: unknown;

  constructor(status: number, code: string, message: string, requestId?: string, body?: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.body = body;
  }
}

type ErrorBody = {
  /** OAuth's routes put a word here and the sentence beside it. */
  error?: { name?: string; message?: string } | string;
  error_description?: string;
  errors?: { message?: string }[];
};

/** Makes an error of an answer and its body. */
export function errorOf(response: Response, body: unknown): ApiError {
  const shaped = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody;
  const listed = shaped.errors?.map((each) => each.message ?? '').filter(Boolean);
  const named = typeof shaped.error === 'string' ? { name: shaped.error } : shaped.error;
  const message =
    (typeof shaped.error === 'string' ? shaped.error_description : shaped.error?.message) ??
    (listed && listed.length > 0 ? listed.join('\n') : undefined) ??
    `The server answered ${response.status} ${response.statusText}`.trim();
  return new ApiError(
    response.status,
    named?.name ?? 'Error',
    message,
    response.headers.get('x-request-id') ?? undefined,
    body,
  );
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
