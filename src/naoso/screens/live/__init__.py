"""The live stream: what happens in the house, told to every open page that may know it."""
