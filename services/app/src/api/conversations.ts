import { randomUUID } from "node:crypto";
import { findAnalysis } from "../database/analyses";
import { AppError } from "../http/errors";
import { identityOf } from "./identity";
import type { Routes } from "./parts";
import { answers, chatIn, chatOut, feedbackIn, feedbackOut } from "./schemas";

/** What is answered at once by a provider: chat, and feedback on an analysis. */
export const conversationRoutes: Routes = (server, { metrics, database, events, providers }) => {
  server.post(
    "/v1/chat",
    {
      schema: {
        summary: "Ask a provider",
        body: chatIn,
        response: answers(200, chatOut, 400, 422, 502, 503, 504),
      },
    },
    async (request) => {
      const { tenant, actor } = identityOf(request);
      const provider = providers.choose(request.body.provider);
      const {
        text: answer,
        inputTokens: input,
        outputTokens: output,
      } = await providers.complete(provider, request.body.message);
      const id = randomUUID();
      // That a question was asked is kept, not what it was.
      await database.forTenant(tenant, (tx) =>
        events.append(tx, `chat-${id}`, "chat.answered", { actor, provider, input, output }),
      );
      metrics.chats.inc();
      return { id, provider, answer, tokens: { input, output } };
    },
  );

  server.post(
    "/v1/feedback",
    {
      schema: {
        summary: "Have feedback written on a finished analysis",
        body: feedbackIn,
        response: answers(201, feedbackOut, 400, 404, 409, 422, 502, 503, 504),
      },
    },
    async (request, reply) => {
      const { tenant, actor } = identityOf(request);
      const { analysisId } = request.body;
      const provider = providers.choose(request.body.provider);
      const analysis = await database.forTenant(tenant, (tx) => findAnalysis(tx, analysisId));
      if (!analysis) throw new AppError("not_found", "There is no such analysis");
      if (analysis.result === null) throw new AppError("conflict", "The analysis has no result yet");
      // Between two transactions, not inside one: a provider may take long, and a connection is scarce.
      const { text: feedback } = await providers.complete(provider, analysis.result);
      const id = randomUUID();
      await database.forTenant(tenant, (tx) =>
        events.append(tx, `feedback-${id}`, "feedback.generated", { actor, analysisId, provider }),
      );
      metrics.feedback.inc();
      return reply.code(201).send({ id, analysisId, provider, feedback });
    },
  );
};
