import type { ComponentChildren } from 'preact';
import { href } from './href.js';
import type { ListAddress } from './list-address.js';
import { type Sorting, sortingText } from './sorting.js';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** By which key the list is sorted here. Default: it is not. */
  sort?: string;
  /** Names and addresses of strangers, which may break anywhere. Default false. */
  isLong?: boolean;
  /** A number, which stands at the end of its cell. Default false. */
  isNumber?: boolean;
  /** The heading is for screen readers alone, as over buttons. Default false. */
  isTitleHidden?: boolean;
}

export interface TableProps<Row> {
  /** What the list is of; a screen reader says it. */
  caption: string;
  /** The first names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** For the links in the headings. */
  sorting?: Sorting<string>;
  address?: ListAddress;
}

/** A list. The roles say again what it is: on a phone, where its cells stand below each other, browsers forget it. */
export function Table<Row>({ caption, columns, rows, keyOf, sorting, address }: TableProps<Row>) {
  return (
    <div class="table">
      <table role="table">
        <caption class="hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Heading key={column.title} column={column} sorting={sorting} address={address} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column, index) => (
                <Cell key={column.title} column={column} row={row} isName={index === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps<Row> extends Pick<TableProps<Row>, 'sorting' | 'address'> {
  column: Column<Row>;
}

function Heading<Row>({ column, sorting, address }: HeadingProps<Row>) {
  const { title, sort, isNumber = false, isTitleHidden = false } = column;
  const look = isNumber ? 'end' : isTitleHidden ? 'act' : undefined;
  if (sort === undefined || !sorting || !address)
    return (
      <th scope="col" role="columnheader" class={look}>
        {isTitleHidden ? <span class="hidden">{title}</span> : title}
      </th>
    );
  const isSorted = sorting.by === sort;
  const descending = isSorted && !sorting.descending;
  const order = sorting.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" role="columnheader" class={look} aria-sort={isSorted ? order : undefined}>
      <a href={href(address.with({ sort: sortingText({ by: sort, descending }) }))}>
        {title}
        {isSorted && <span aria-hidden="true"> {sorting.descending ? '↓' : '↑'}</span>}
      </a>
    </th>
  );
}

function Cell<Row>({ column, row, isName }: { column: Column<Row>; row: Row; isName: boolean }) {
  const { title, cell, isLong = false, isNumber = false, isTitleHidden = false } = column;
  const looks = [isLong && 'long', isNumber && 'end', isTitleHidden && 'act'];
  const look = looks.filter(Boolean).join(' ') || undefined;
  if (isName)
    return (
      <th role="rowheader" class={look}>
        {cell(row)}
      </th>
    );
  return (
    <td role="cell" class={look} data-th={isTitleHidden ? undefined : title}>
      {cell(row)}
    </td>
  );
}
