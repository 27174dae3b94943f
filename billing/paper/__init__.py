"""Parts of the paper of a bill: payment slips, codes, the electronic invoice."""
