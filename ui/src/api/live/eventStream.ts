// Server-sent events out of a response body, so that the token can go in a header, which `EventSource` does not allow.

export type ServerEvent = { id: string | undefined; type: string; data: string };

/** More than one event may hold; a server that never ends an event does not fill the memory. */
const MOST_BUFFERED = 16 * 1024 * 1024;

/** Takes text as it comes and gives the events that are complete. */
export class EventReader {
  #rest = '';

  push(text: string): ServerEvent[] {
    this.#rest += text;
    const blocks = this.#rest.split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > MOST_BUFFERED)
      throw new Error('The stream of changes sends an event without an end');
    return blocks.flatMap((block) => {
      let id: string | undefined;
      let type = 'message';
      const data: string[] = [];
      for (const line of block.split(/\r?\n/)) {
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'id') id = value;
        else if (field === 'event') type = value;
        else if (field === 'data') data.push(value);
      }
      return data.length > 0 ? [{ id, type, data: data.join('\n') }] : [];
    });
  }
}
