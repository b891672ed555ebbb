/** Who did it: a person, a token, or a part of ours; `at` in epoch ms. */
export interface Author {
  readonly id: string;
  readonly type: "person" | "token" | "system";
  readonly address?: string;
  readonly at: number;
}
