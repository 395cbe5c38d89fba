local Square = {}
Square.__index = Square

function Square.new(side)
  return setmetatable({side = side}, Square)
end

function Square:area(k)
  return self.side * self.side * k
end

local Rectangle = {}
Rectangle.__index = Rectangle

function Rectangle.new(w, h)
  return setmetatable({w = w, h = h}, Rectangle)
end

function Rectangle:area(k)
  return self.w * self.h * k
end

local function run(n)
  local shapes = {Square.new(2), Rectangle.new(2, 3), Square.new(4), Rectangle.new(1, 5)}
  local sum = 0
  for i = 0, n - 1 do sum = sum + shapes[i % 4 + 1]:area(i % 3) end
  return sum
end

print(run(n))
