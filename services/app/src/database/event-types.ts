/** Everything that can happen to a document, an analysis or a conversation. */
export const EVENT_TYPES = [
  "document.uploaded",
  "document.converted",
  "analysis.requested",
  "analysis.completed",
  "analysis.failed",
  "feedback.generated",
  "chat.answered",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
