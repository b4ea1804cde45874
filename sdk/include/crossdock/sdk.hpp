// Everything that most connectors use, in one line.
#pragma once

#include <crossdock/connector.hpp>
#include <crossdock/http.hpp>
#include <crossdock/mapping.hpp>
