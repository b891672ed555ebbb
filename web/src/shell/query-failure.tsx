import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../client/client.ts";

/** What failed, why, and the way to try again; the rest of the page goes on. */
export function QueryFailure({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  const instance = error instanceof ApiProblem ? error.details?.instance : undefined;
  return (
    <div className="empty" role="alert">
      <Text fw={600}>{t("error.title")}</Text>
      <Text c="dimmed" size="sm">
        {error.message}
        {instance && ` · ${t("error.request", { id: instance })}`}
      </Text>
      <Button mt="sm" variant="default" size="xs" onClick={onRetry}>
        {t("error.retry")}
      </Button>
    </div>
  );
}
