// The backend's tagged reasons as words, in one place. What it says is data; how it is said is here, in the
// language of the window: the functions read it anew on each call, so markup follows a change at once.
export * from "./failures";
export * from "./jobs";
export * from "./problems";
