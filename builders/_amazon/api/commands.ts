/** What an operation takes and gives. */
export interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** A command of the AWS SDK: a class whose objects lead to a handler that resolves with the reply. */
type CommandClass = new (input: never) => {
  resolveMiddleware(...given: never[]): (...given: never[]) => Promise<{ readonly output: object }>;
};

type OutputOf<Command extends CommandClass> = Awaited<
  ReturnType<ReturnType<InstanceType<Command>['resolveMiddleware']>>
>['output'];

type CommandNamed<Sdk, Name extends string> =
  Sdk extends Readonly<Record<`${Name}Command`, infer Command>> ? Extract<Command, CommandClass> : never;

/** The operations of an SDK by their names, with the types of the SDK's own commands. */
export type CallsOf<Sdk, Names extends string> = {
  readonly [Name in Names]: Call<
    NonNullable<ConstructorParameters<CommandNamed<Sdk, Name>>[0]>,
    OutputOf<CommandNamed<Sdk, Name>>
  >;
};

/** The SDK's commands for these operations. */
export type CommandsOf<Sdk, Names extends string> = { readonly [Name in Names]: CommandNamed<Sdk, Name> };
