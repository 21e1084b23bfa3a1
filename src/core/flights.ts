/** Callers that ask for the same key at the same time share one flight and its result or error. */
export interface Flights<T> {
  run(key: string, task: () => Promise<T>): Promise<T>;
}

/** Flights over results of one type. Nothing is kept once a flight has landed. */
export function createFlights<T>(): Flights<T> {
  const flying = new Map<string, Promise<T>>();
  return {
    run(key, task) {
      const known = flying.get(key);
      if (known) return known;
      const flight = task().finally(() => flying.delete(key));
      flying.set(key, flight);
      return flight;
    },
  };
}
