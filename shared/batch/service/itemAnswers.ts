import type { ScoringError } from '../../errors/scoringError.js';
import { failedAnswer, succeededAnswer } from '../../protocols/consumption/answer.js';
import { ByteSink } from '../write/byteSink.js';
import type { BatchItem, BatchItems } from './batchItems.js';
import { FrameAnswer } from './frameAnswer.js';
import { refusalText } from './refusal.js';
import type { RowVisitor } from './visitRows.js';

/** What is to be answered of a batch. */
export interface AnswerPlan {
  readonly items: BatchItems;
  /** Items, from the first one on, that are done: all of their rows are visited. */
  readonly done: number;
  /** The keys of a result row in their order. */
  readonly resultColumns: readonly string[];
  /** Answer of each item that is not done. */
  readonly placeholder: string;
  /** What is thrown where the answers are over the limit. */
  readonly tooLarge: () => ScoringError;
}

/** Answers of all items of one batch. */
export const mostAnswerBytes = 16 * 2 ** 20;

const comma = 0x2c;
const mark = '@';
const [head = '', tail = ''] = succeededAnswer(mark).split(mark);
const headBytes = Buffer.from(head);
const tailBytes = Buffer.from(tail);

/** Puts the answers of the items together out of their rows: entry i of the array is item i. */
export class ItemAnswers implements RowVisitor {
  readonly #plan: AnswerPlan;
  readonly #most: number;
  readonly #sink: ByteSink;
  readonly #frame: FrameAnswer;
  #index = 0;
  #row = 0;

  constructor(plan: AnswerPlan, mostBytes = mostAnswerBytes) {
    this.#plan = plan;
    this.#most = mostBytes;
    this.#sink = new ByteSink({ capacity: 64 * 1024, maxBytes: Infinity });
    this.#frame = new FrameAnswer(plan.resultColumns);
    this.#answerEmpty();
  }

  row(part: Uint8Array, start: number, end: number): void {
    const item = this.#current();
    this.#row++;
    if (item.form === 'frame') {
      this.#frame.row(part, start, end);
      this.#endRow(item);
      return;
    }
    this.#begin();
    this.#sink.copy(headBytes);
    this.#sink.slice(part, start, end);
    this.#sink.copy(tailBytes);
    this.#next();
  }

  error(text: string): void {
    const item = this.#current();
    const { code, column, message } = JSON.parse(text) as { code: string; column?: string; message: string };
    const reason = `${column === undefined ? '' : `column '${column}': `}${message} (${code})`;
    this.#row++;
    if (item.form === 'frame') {
      this.#frame.error(this.#row - 1 - item.firstRow, reason);
      this.#endRow(item);
      return;
    }
    this.#answer(failedAnswer(reason));
    this.#next();
  }

  /** The array, when all rows are given. Throws `tooLarge`, as every row does. */
  finish(): Uint8Array<ArrayBuffer> {
    const { items, placeholder } = this.#plan;
    for (let left = items.count - this.#index; left > 0; left--) {
      this.#answer(placeholder);
      this.#requireRoom();
    }
    this.#sink.text(this.#sink.length === 0 ? '[]' : ']');
    return this.#sink.take();
  }

  #current(): BatchItem {
    return this.#plan.items.at(this.#index) as BatchItem;
  }

  /** A row of a frame is there. */
  #endRow({ endRow }: BatchItem): void {
    if (this.#row < endRow) {
      this.#requireRoom();
      return;
    }
    this.#answerFrame();
    this.#next();
  }

  #next(): void {
    this.#index++;
    this.#requireRoom();
    this.#answerEmpty();
  }

  /** The items without rows that follow. */
  #answerEmpty(): void {
    const { items, done } = this.#plan;
    for (; this.#index < done; this.#index++) {
      const { firstRow, endRow, refused } = items.at(this.#index) as BatchItem;
      if (firstRow < endRow) return;
      if (refused) this.#answer(failedAnswer(refusalText(refused)));
      else this.#answerFrame();
    }
  }

  #answerFrame(): void {
    const failure = this.#frame.failure();
    if (failure === undefined) {
      this.#begin();
      this.#sink.copy(headBytes);
      this.#frame.writeTo(this.#sink);
      this.#sink.copy(tailBytes);
    } else this.#answer(failedAnswer(failure));
    this.#frame.reset();
  }

  #answer(text: string): void {
    this.#begin();
    this.#sink.text(text);
  }

  #begin(): void {
    if (this.#sink.length === 0) this.#sink.text('[');
    else this.#sink.byte(comma);
  }

  #requireRoom(): void {
    if (this.#sink.length + this.#frame.bytes <= this.#most) return;
    throw this.#plan.tooLarge();
  }
}
