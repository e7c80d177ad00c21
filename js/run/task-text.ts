// Owns: tasks as text: the tree of pstree, the table of ps. The entry cawait/tasks.
// Must not know: where the tasks come from (tasks.ts). The tree has another half in src/graph/graph_text.c.

import type { Place, Task } from './tasks.ts';

export type { Place, Task };

/** Whom each of the tasks awaits. */
function awaits(tasks: readonly Task[]): Map<number, Task[]> {
  const all = new Map<number, Task[]>(tasks.map(({ id }) => [id, []]));
  for (const task of tasks) for (const id of task.awaitedBy) all.get(id)?.push(task);
  return all;
}

/** The cycles of awaits, each with its first task once more at its end. */
export function taskCycles(tasks: readonly Task[]): Task[][] {
  const children = awaits(tasks);
  const cycles: Task[][] = [];
  const done = new Set<Task>();
  for (const first of tasks) {
    // Without recursion: a chain of tasks may be long.
    const path = done.has(first) ? [] : [first];
    const left = path.map(({ id }) => [...children.get(id)!]);
    while (path.length) {
      const next = left.at(-1)!.shift();
      if (!next) {
        done.add(path.pop()!);
        left.pop();
      } else if (path.includes(next)) cycles.push([...path.slice(path.indexOf(next)), next]);
      else if (!done.has(next)) {
        path.push(next);
        left.push([...children.get(next.id)!]);
      }
    }
  }
  return cycles;
}

const TOLD = { 'not begun': 'has not begun', running: 'is running', ready: 'waits for its turn' };

function label({ name, state, waitsFor }: Task): string {
  if (state !== 'waiting') return `(T) ${name}: ${TOLD[state]}`;
  return `(T) ${name}${waitsFor === 'Task' ? '' : `: waits for a ${waitsFor}`}`;
}

const DEEP = 50;

/**
 * From the tasks that nobody awaits down through their calls to what they await, then the cycles. What has been shown is not shown
 * again; what is more than 50 awaits deep is a tree of its own.
 */
export function taskTree(tasks: readonly Task[]): string {
  const children = awaits(tasks);
  const known = new Set(tasks.map(({ id }) => id));
  const shown = new Map<Task, string>();
  const below: Task[] = [];
  const lines: string[] = [];

  function draw(task: Task, indent: string, last: boolean, depth: number): void {
    const branch = indent + (last ? '└── ' : '├── ');
    if (depth > DEEP && !shown.has(task)) {
      below.push(task);
      shown.set(task, 'see below');
    }
    const before = shown.get(task);
    if (before) return void lines.push(`${branch}(T) ${task.name}: ${before}`);
    lines.push(branch + label(task));
    shown.set(task, 'a cycle');
    let deeper = indent + (last ? '    ' : '│   ');
    const calls = task.calls.map(({ function: name, file, line }) => `${name} (${file}:${line})`).reverse();
    if (calls.length > DEEP) calls.splice(DEEP / 2, calls.length - DEEP + 1, '...');
    for (const call of calls) {
      lines.push(`${deeper}└──  ${call}`);
      deeper += '    ';
    }
    const all = children.get(task.id)!;
    all.forEach((child, n) => draw(child, deeper, n === all.length - 1, depth + 1));
    shown.set(task, 'see above');
  }

  function drawRoot(root: Task): void {
    for (let task: Task | undefined = root; task; task = below.pop()) {
      shown.delete(task);
      draw(task, '', true, 0);
    }
  }

  for (const task of tasks) if (!task.awaitedBy.some((id) => known.has(id))) drawRoot(task);
  for (const task of tasks) if (!shown.has(task)) drawRoot(task); // in cycles, and awaited from there
  for (const cycle of taskCycles(tasks)) lines.push(`cycle: ${cycle.map(({ name }) => name).join(' -> ')}`);
  return lines.join('\n');
}

/** A line for each task and awaiter. */
export function taskTable(tasks: readonly Task[]): string {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const hex = (id: number) => `0x${id.toString(16)}`;
  const chain = (task: Task | undefined) => task?.calls.map((call) => call.function).join(' -> ') ?? '';
  const rows = tasks.flatMap((task) =>
    (task.awaitedBy.length ? task.awaitedBy : [0]).map((id) => {
      const awaiter = byId.get(id);
      return [hex(task.id), task.name, chain(task), chain(awaiter), awaiter?.name ?? '', hex(id)];
    }),
  );
  rows.unshift(['task id', 'task name', 'coroutine stack', 'awaiter chain', 'awaiter name', 'awaiter id']);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)));
  return lines.join('\n');
}
