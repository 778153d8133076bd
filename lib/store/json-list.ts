import type { Knex } from 'knex';
import { isSqlite } from './transaction.js';

/**
 * A query, in parentheses, for the elements of a JSON array that is its one binding: a statement takes only some ten
 * thousand bindings. Its column is `value`.
 */
export function elementsOf(knex: Knex, type: 'bigint' | 'text'): string {
  return isSqlite(knex)
    ? '(SELECT value FROM json_each(?))'
    : `(SELECT value::${type} AS value FROM json_array_elements_text(?::json) AS e(value))`;
}
