/** A durable job as the admin API shows it (docs/jobs.md), without its answer. */
export interface Job {
  id: string;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  endpoint: string;
  model?: string;
  created_at: string;
  started_at?: string;
  completed_at?: string;
  expires_at: string;
  next_attempt_at?: string;
  attempts: number;
  status_code?: number;
  error?: { message: string };
}

/** Whether it has not ended, so that it can be cancelled; else it may be begun anew, unless it has its answer. */
export function underWay(job: Job): boolean {
  return job.status === "pending" || job.status === "processing";
}

export function canBeginAnew(job: Job): boolean {
  return job.status === "failed" || job.status === "cancelled";
}
