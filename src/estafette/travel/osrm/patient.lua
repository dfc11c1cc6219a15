-- Patient transport, as changes to OSRM's own car profile, which is found beside the installed tools.
-- The same intentions as travel/network/profile.py; dwell at the door belongs to the trip, not to the road.
local car = require("car")

-- A van with a raised roof, and up to 3.5 t; no wider than what it can pass in a street that is tagged narrow.
local vehicle = { vehicle_height = 2.8, vehicle_width = 2.0, vehicle_length = 6.5, vehicle_weight = 3500 }

-- Forecourts and ambulance bays are tagged like this: reachable as an end of a ride, not as a way through.
local bays = { "emergency", "official" }

local NARROW_M = 2.6
local NARROW_FACTOR = 0.75

function setup()
  local profile = car.setup()
  for key, value in pairs(vehicle) do profile[key] = value end
  for _, tag in ipairs(bays) do
    profile.access_tag_blacklist[tag] = nil
    profile.restricted_access_tag_list[tag] = true
  end
  profile.service_access_tag_blacklist = Set {}
  profile.service_tag_forbidden = Set {}
  -- Riders in wheelchairs and on stretchers: turns are taken gently, nobody turns round in the street.
  profile.turn_penalty = 9
  profile.properties.u_turn_penalty = 40
  profile.vehicle_max_speed = 110
  return profile
end

local function narrow(way)
  local width = tonumber((way:get_value_by_key("width") or ""):match("^%s*([%d.]+)"))
  return way:get_value_by_key("narrow") == "yes" or (width ~= nil and width < NARROW_M)
end

function process_way(profile, way, result, relations)
  car.process_way(profile, way, result, relations)
  if narrow(way) then
    result.forward_speed = result.forward_speed * NARROW_FACTOR
    result.backward_speed = result.backward_speed * NARROW_FACTOR
    result.forward_rate = result.forward_rate * NARROW_FACTOR
    result.backward_rate = result.backward_rate * NARROW_FACTOR
  end
end

return {
  setup = setup,
  process_way = process_way,
  process_node = car.process_node,
  process_turn = car.process_turn,
}
