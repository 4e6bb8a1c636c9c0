export const writers = async () => ({});
