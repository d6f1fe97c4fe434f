/** Characters of a password. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 1_024;
