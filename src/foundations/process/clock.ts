/** The one source of the present instant; tests hand in their own. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
