import { ROUTES } from "@linli/model";
import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, call } from "../client/client.ts";
import { whoQuery } from "../client/queries.ts";
import { Brand } from "./brand.tsx";

/** The door. What was typed stays when it did not open. */
export function SignIn() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => call(ROUTES.signIn, { body: { name, password } }),
    onSuccess: (who) => queries.setQueryData(whoQuery.queryKey, who),
  });
  const explain = (error: Error) => {
    if (error instanceof ApiProblem && error.status === 401) return t("signIn.wrong");
    if (error instanceof ApiProblem && error.status === 429) return t("signIn.tooMany");
    return t("signIn.failed", { cause: error.message });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <Brand />
        <h1 style={{ fontSize: 20, margin: "16px 0" }}>{t("signIn.title")}</h1>
        <Stack gap={14}>
          <TextInput
            label={t("signIn.name")}
            name="username"
            autoComplete="username"
            autoFocus
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("signIn.password")}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {signIn.error && (
            <Text role="alert" c="var(--red)" size="sm">
              {explain(signIn.error)}
            </Text>
          )}
          <Button type="submit" loading={signIn.isPending} fullWidth>
            {t("signIn.submit")}
          </Button>
          <Text size="xs" c="dimmed">
            {t("signIn.hint")}
          </Text>
        </Stack>
      </form>
    </main>
  );
}
