// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/frame/place.h"
#include "app/widgets/pane.h"

namespace nephele {

// A place this version has nothing to show in yet. It says what will be there, and that it is not there now.
class EmptyPane : public Pane
{
    Q_OBJECT

public:
    explicit EmptyPane(Place place, QWidget *parent = nullptr);

    QString title() const override;

private:
    Place m_place;
};

} // namespace nephele
