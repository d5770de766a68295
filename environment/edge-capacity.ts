/** Connections one of nginx's worker processes may have. */
export const WORKER_CONNECTIONS = 2048;

/** nginx's worker processes: one for each core begun. */
export const edgeWorkers = ({ cpus }: { readonly cpus: number }): number => Math.ceil(cpus);

/** Most requests nginx works on at a time: each takes a connection to its caller and one to its service. */
export const edgeRequests = (edge: { readonly cpus: number }): number =>
  (edgeWorkers(edge) * WORKER_CONNECTIONS) / 2;
