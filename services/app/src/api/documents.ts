import { documentKey } from "../cache/keys";
import { findDocument } from "../database/documents";
import { AppError, asAppError } from "../http/errors";
import { identityOf } from "./identity";
import type { Routes } from "./parts";
import { answers, byId, documentOut } from "./schemas";
import { store } from "./upload";

const MIB = 1024 * 1024;
/** Room for a form's boundaries and headers around the file itself. */
const FORM_BYTES = 64 * 1024;

/** Documents: upload and read. */
export const documentRoutes: Routes = (server, { config, metrics, database, events, cache }) => {
  const limit = config.UPLOAD_MAX_MIB * MIB;

  server.post(
    "/v1/documents",
    {
      schema: {
        summary: "Upload a document: a multipart form with one file",
        consumes: ["multipart/form-data"],
        response: answers(201, documentOut, 400, 413, 415, 503),
      },
    },
    async (request, reply) => {
      try {
        // Said before the body is read, so that a caller need not send what will be refused.
        if (Number(request.headers["content-length"] ?? 0) > limit + FORM_BYTES) {
          throw new AppError("too_large", `A file may have ${config.UPLOAD_MAX_MIB} MiB at most`);
        }
        const file = await request.file({ limits: { fileSize: limit, files: 1, fields: 10 } });
        if (!file) throw new AppError("invalid", "The form holds no file");
        const incoming = { name: file.filename.slice(0, 255), mediaType: file.mimetype, content: file.file };
        const document = await store({ database, events }, identityOf(request), incoming);
        metrics.uploads.inc();
        return await reply.code(201).header("location", `/v1/documents/${document.id}`).send(document);
      } catch (error) {
        // Whoever hangs up leaves a body that is not complete.
        const hungUp = request.raw.destroyed && !request.raw.complete;
        const fault = hungUp || asAppError(error).status < 500 ? "caller" : "service";
        metrics.uploadFailures.inc({ fault });
        throw error;
      }
    },
  );

  server.get(
    "/v1/documents/:id",
    {
      schema: {
        summary: "Read a document's description",
        params: byId,
        response: answers(200, documentOut, 400, 404, 503),
      },
    },
    async (request, reply) => {
      const { tenant } = identityOf(request);
      const { id } = request.params;
      const { value, hit } = await cache.through(documentKey(tenant, id), config.CACHE_TTL_SECONDS, () =>
        database.forTenant(tenant, (tx) => findDocument(tx, id)),
      );
      if (!value) throw new AppError("not_found", "There is no such document");
      return reply.header("x-cache", hit ? "hit" : "miss").send(value);
    },
  );
};
