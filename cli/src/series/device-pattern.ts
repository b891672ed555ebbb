/** Whether a device id fits a pattern in which `*` stands for anything and `?` for one character; several by comma. */
export function devicePattern(pattern: string): (deviceId: string) => boolean {
  const parts = pattern.split(",").map((part) => {
    const text = part.trim().replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return text.replaceAll("*", "[^]*").replaceAll("?", "[^]");
  });
  const match = new RegExp(`^(?:${parts.join("|")})$`, "u");
  return (deviceId) => match.test(deviceId);
}
