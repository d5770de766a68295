import { findAnalysis, requestAnalysis } from "../database/analyses";
import { findDocument } from "../database/documents";
import { AppError } from "../http/errors";
import { currentTraceparent } from "../telemetry/correlation";
import { identityOf } from "./identity";
import type { Routes } from "./parts";
import { analysisIn, analysisOut, answers, byId } from "./schemas";

/** Analyses: asked for here, done by the worker. */
export const analysisRoutes: Routes = (server, { database, events, providers }) => {
  server.post(
    "/v1/documents/:id/analyses",
    {
      schema: {
        summary: "Ask for an analysis of a document",
        params: byId,
        body: analysisIn,
        response: answers(202, analysisOut, 400, 404, 422, 503),
      },
    },
    async (request, reply) => {
      const { tenant, actor } = identityOf(request);
      const documentId = request.params.id;
      const provider = providers.choose(request.body?.provider);
      const analysis = await database.forTenant(tenant, async (tx) => {
        if (!(await findDocument(tx, documentId)))
          throw new AppError("not_found", "There is no such document");
        const traceparent = currentTraceparent();
        const asked = await requestAnalysis(tx, {
          documentId,
          provider,
          correlationId: request.id,
          traceparent,
        });
        await events.append(tx, `analysis-${asked.id}`, "analysis.requested", {
          actor,
          documentId,
          provider,
        });
        return asked;
      });
      return reply.code(202).header("location", `/v1/analyses/${analysis.id}`).send(analysis);
    },
  );

  server.get(
    "/v1/analyses/:id",
    {
      schema: {
        summary: "See how an analysis stands",
        params: byId,
        response: answers(200, analysisOut, 400, 404, 503),
      },
    },
    async (request) => {
      const analysis = await database.forTenant(identityOf(request).tenant, (tx) =>
        findAnalysis(tx, request.params.id),
      );
      if (!analysis) throw new AppError("not_found", "There is no such analysis");
      return analysis;
    },
  );
};
