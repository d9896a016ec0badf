/** What a side of the conversation says is against the protocol. Its message completes "the plugin …". */
export class ProtocolFault extends Error {}
