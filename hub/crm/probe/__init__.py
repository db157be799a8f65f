"""The synthetic referral: once an hour through the whole chain, then undone. It never touches the books."""
