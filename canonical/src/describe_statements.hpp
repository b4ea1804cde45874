// The description of each struct of statements.hpp: required members, then all members in the order
// in which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "crossdock/canonical/statements.hpp"

namespace crossdock::canonical {

CROSSDOCK_DESCRIBE(Party, (),
                   (role, name, name2, qualifier, code, street, street2, city, region, postal_code,
                    country))
CROSSDOCK_DESCRIBE(Contact, (), (role, name, phone, email))
CROSSDOCK_DESCRIBE(Note, (), (qualifier, reference, text))

}  // namespace crossdock::canonical
